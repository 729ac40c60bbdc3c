// The reading half of the Connector: members of a conversation, the team and its channels.
// As botbuilder's TeamsInfo calls it; it changes nothing.
import { connectorError, placeOf } from './connector-place.ts';
import type { Answer, Call, Route } from './http.ts';
import { teamsChannelAccount } from './people.ts';
import type { Room } from './room.ts';

/** Teams docs, fetch the roster: pages have 50 to 500 members, 200 when nothing is said. */
const pageSizes = { least: 50, most: 500, usual: 200 };

/** The routes for members and teams, without the guards. */
export function rosterRoutes(room: Room): Route[] {
  const membersOf = (call: Call): Record<string, string>[] =>
    placeOf(room, call.params.conversation ?? '').members.map((person) =>
      teamsChannelAccount(room.roster, person),
    );

  const pagedMembers = (call: Call): Answer => {
    const members = membersOf(call);
    const asked = Number(call.query.get('pageSize')) || pageSizes.usual;
    const size = Math.min(Math.max(asked, pageSizes.least), pageSizes.most);
    const start = Number(call.query.get('continuationToken')) || 0;
    const next = start + size;
    const more = next < members.length ? { continuationToken: String(next) } : {};
    return { status: 200, body: { members: members.slice(start, next), ...more } };
  };

  const member = (call: Call): Answer => {
    const place = placeOf(room, call.params.conversation ?? '');
    const person = room.roster.find(call.params.member ?? '');
    if (!person || !place.members.some((each) => each.id === person.id)) {
      throw connectorError(
        404,
        'MemberNotFoundInConversation',
        'The member is not part of the conversation.',
      );
    }
    return { status: 200, body: teamsChannelAccount(room.roster, person) };
  };

  const teamOf = (call: Call) => {
    const { team } = room.conversations;
    if (call.params.team !== team.id) throw connectorError(404, 'TeamNotFound', 'Team not found.');
    return { team, members: placeOf(room, team.id).members };
  };
  const teamDetails = (call: Call): Answer => {
    const { team, members } = teamOf(call);
    const counts = { channelCount: 1, memberCount: members.length };
    return { status: 200, body: { ...team, tenantId: room.roster.tenantId, type: 'standard', ...counts } };
  };
  // The General channel has no name in Teams' answer; its id is that of the team.
  const channels = (call: Call): Answer => ({
    status: 200,
    body: { conversations: [{ id: teamOf(call).team.id, type: 'standard' }] },
  });

  const conversation = '/connector/v3/conversations/:conversation';
  return [
    {
      method: 'GET',
      path: `${conversation}/members`,
      handle: (call) => ({ status: 200, body: membersOf(call) }),
    },
    { method: 'GET', path: `${conversation}/members/:member`, handle: member },
    { method: 'GET', path: `${conversation}/pagedmembers`, handle: pagedMembers },
    {
      method: 'GET',
      path: `${conversation}/activities/:activity/members`,
      handle: (call) => ({ status: 200, body: membersOf(call) }),
    },
    { method: 'GET', path: '/connector/v3/teams/:team', handle: teamDetails },
    { method: 'GET', path: '/connector/v3/teams/:team/conversations', handle: channels },
  ];
}
