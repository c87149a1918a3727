import { escapeHtml } from './escape-html.js';

/** A page for people whose browser came to an error while signing in. */
export const renderErrorPage = (message: string, requestId: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign-in failed</title>
<h1>Sign-in failed</h1>
<p>${escapeHtml(message)}</p>
<p><a href="/auth/login">Sign in</a> · <a href="/">Home</a></p>
<p><small>Request ${escapeHtml(requestId)}</small></p>
</html>
`;
