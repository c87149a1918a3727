export { CommonsWiki, STANDARD_USERS } from './commons/commons-wiki.js';
export type { Page } from './commons/content.js';
export type { Fault, FaultMatch } from './server/faults.js';
export { SignedClient } from './signed-client.js';
export { type LogEntry, StandIn } from './server/stand-in.js';
