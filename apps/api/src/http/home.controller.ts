import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Curator</title>
<h1>Curator</h1>
<p>Moves photo collections to Wikimedia Commons. No web client is installed here.</p>
<ul>
<li><a href="/auth/login">Sign in</a> · <a href="/auth/whoami">Who am I</a> · <a href="/auth/logout">Sign out</a></li>
<li><a href="/api/docs">HTTP API</a> · <a href="/api/asyncapi">WebSocket API</a></li>
</ul>
</html>
`;

/** What stands at / where no web client is configured (its files are served before this is reached). */
@ApiExcludeController()
@Controller()
export class HomeController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  home(): string {
    return PAGE;
  }
}
