import { readFileSync, writeFileSync } from 'node:fs';
import { renderRouteTypes, type OpenApiDocument } from './render-route-types.js';

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as OpenApiDocument;
writeFileSync('libs/client/src/generated/routes.ts', renderRouteTypes(document));
