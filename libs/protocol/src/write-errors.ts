import { writeFileSync } from 'node:fs';
import { errorTableText } from './error-help.js';

writeFileSync('docs/errors.md', errorTableText());
