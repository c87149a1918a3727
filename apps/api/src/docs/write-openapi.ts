import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { openApiText } from './openapi-text.js';

writeFileSync('docs/openapi.json', await openApiText());
