// How the few pages look that a browser is shown: one heading and some paragraphs, nothing that runs or is fetched.

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** `title` is text; `body` is our own HTML and is not escaped. */
export const makePage = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Rollcall</title>
<style>
  body { font: 16px/1.5 "Segoe UI", system-ui, sans-serif; color: #242424; background: #f5f5f5; margin: 0; }
  main { max-width: 36rem; margin: 10vh auto; padding: 2rem; background: #fff; border-radius: 8px; }
  h1 { font-size: 1.25rem; margin: 0 0 .5rem; color: #5b5fc7; }
  h2 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
  button { font: inherit; font-weight: 600; margin-top: .5rem; padding: .5rem 1rem; border: 0; border-radius: 4px;
    color: #fff; background: #5b5fc7; cursor: pointer; }
  button:focus-visible { outline: 2px solid #242424; outline-offset: 2px; }
  p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
</style>
<main>
  <h1>${escapeHtml(title)}</h1>
${body}
</main>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text from outside as HTML shows it literally. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
