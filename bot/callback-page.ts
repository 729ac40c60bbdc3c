// The page that a browser shows when it comes back from a sign-in. Nobody is sent here yet: it says where to go on.

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Shows nothing of its address: whoever made the link must not write on this page. */
export const CALLBACK_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rollcall</title>
<style>
  body { font: 16px/1.5 "Segoe UI", system-ui, sans-serif; color: #242424; background: #f5f5f5; margin: 0; }
  main { max-width: 28rem; margin: 15vh auto; padding: 2rem; background: #fff; border-radius: 8px; }
  h1 { font-size: 1.25rem; margin: 0 0 .5rem; color: #5b5fc7; }
  p { margin: 0; }
</style>
<main>
  <h1>Rollcall</h1>
  <p>You can close this window and go back to Microsoft Teams.</p>
</main>
</html>
`;
