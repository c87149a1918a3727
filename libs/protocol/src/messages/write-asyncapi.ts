import { writeFileSync } from 'node:fs';
import { asyncApiText } from './asyncapi-document.js';

writeFileSync('docs/asyncapi.json', asyncApiText());
