import { writeFileSync } from 'node:fs';
import { renderMessageTypes } from './render-message-types.js';

writeFileSync('libs/client/src/generated/messages.ts', renderMessageTypes());
