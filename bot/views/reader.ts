// For whom a card is written. Values only.

export interface Reader {
  /** BCP 47, as the chat client tells it; one that is unknown counts as en-GB. */
  readonly locale: string;
  /** IANA name, as the chat client tells it; one that is unknown counts as UTC. */
  readonly timeZone: string;
  readonly now: Date;
}

/** Where the card is shown. */
export type Place = 'personal' | 'channel' | 'groupChat';

/** Names by object id, for lists of examples; what is missing is left out. */
export type Names = Readonly<Record<string, string>>;
