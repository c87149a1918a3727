import { buildAsyncApiDocument } from '#app/protocol';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { renderAsyncApiPage } from './render-asyncapi-page.js';

@ApiExcludeController()
@Controller('api')
export class AsyncApiController {
  private readonly document = buildAsyncApiDocument();

  @Get('asyncapi.json')
  @Header('Content-Type', 'application/json; charset=utf-8')
  json(): string {
    return JSON.stringify(this.document);
  }

  @Get('asyncapi')
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return renderAsyncApiPage(this.document);
  }
}
