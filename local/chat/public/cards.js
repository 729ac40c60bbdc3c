// Draws Adaptive Cards with the official renderer and hands pressed buttons on.
// Knows cards only; what an action does in the chat is the caller's business.
import { hostConfig } from './host-config.js';
import { renderMarkdown } from './markdown.js';

const AC = globalThis.AdaptiveCards;

// Rendering is synchronous, so the mentions of the card being drawn can wait here for the hook.
let mentionsOfCard = new Set();
AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = renderMarkdown(text, mentionsOfCard);
  result.didProcess = true;
};

const namesOf = (entities) =>
  new Set(
    (Array.isArray(entities) ? entities : [])
      .filter((entity) => entity?.type === 'mention' && typeof entity.text === 'string')
      .map((entity) => entity.text.replace(/^<at>|<\/at>$/g, '')),
  );

function answerSearch(input, find) {
  const queryText = input.getFilterForDynamicSearch();
  if (!queryText) return;
  input.showLoadingIndicator();
  find(input.choicesData.dataset, queryText)
    .then((results) => {
      // The renderer maps a title back to its value only for choices that the input has.
      for (const { title, value } of results) {
        if (!input.choices.some((choice) => choice.value === value))
          input.choices.push(new AC.Choice(title, value));
      }
      input.renderChoices(queryText, []);
    })
    .catch(() => input.showErrorIndicator(queryText, 'Something went wrong. Please try again.'))
    .finally(() => input.removeLoadingIndicator());
}

/**
 * Draws a card. `on.press({ type, id, verb, data })` is called for Action.Execute and Action.Submit,
 * `on.search(dataset, text)` resolves to choices. Returns null when the renderer cannot draw it.
 */
export function drawCard(payload, on) {
  try {
    const card = new AC.AdaptiveCard();
    card.hostConfig = new AC.HostConfig(hostConfig);
    card.onExecuteAction = (action) => {
      if (action instanceof AC.OpenUrlAction) {
        if (/^https?:/i.test(action.url ?? '')) window.open(action.url, '_blank', 'noopener,noreferrer');
        return;
      }
      const type = action.getJsonTypeName();
      if (type !== 'Action.Execute' && type !== 'Action.Submit') return;
      on.press(
        { type, id: action.id || undefined, verb: action.verb, data: action.data },
        action.renderedElement,
      );
    };
    card.onInputValueChanged = (input) => {
      if (input instanceof AC.ChoiceSetInput && input.isDynamicTypeahead()) answerSearch(input, on.search);
    };
    card.parse(payload);
    mentionsOfCard = namesOf(payload.msteams?.entities);
    const element = card.render();
    if (!element) return null;
    const frame = document.createElement('div');
    frame.className = payload.msteams?.width === 'Full' ? 'card card-full' : 'card';
    frame.append(element);
    // Collapses what does not fit, once it has a size.
    requestAnimationFrame(() => card.updateLayout());
    return frame;
  } catch (error) {
    console.warn('The card could not be drawn', error);
    return null;
  }
}
