import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { documentAccess } from './document-access.js';
import { ErrorDto } from './error.dto.js';

const OPERATIONS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The OpenAPI document of an application. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Curator')
    .setDescription(
      'Moves photo collections to Wikimedia Commons. Collections, batches and live updates are on the WebSocket at /ws, described at /api/asyncapi.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addCookieAuth('curator_session', {
      type: 'apiKey',
      in: 'cookie',
      description: 'The session; over https its cookie is called __Host-curator_session',
    })
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An API token of POST /api/tokens; routes name the scope that it needs',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ErrorDto],
    operationIdFactory: (_controller, method) => method,
  });
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of OPERATIONS) {
      const operation = methods[method];
      if (operation !== undefined) documentAccess(path, method, operation);
    }
  }
  return document;
}

/** Serves the document at /api/openapi.json and Swagger UI at /api/docs. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => createOpenApiDocument(app), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
    customSiteTitle: 'Curator API',
  });
}
