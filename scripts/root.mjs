import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** True for the script that `node` was started with. */
export const isMain = (moduleUrl) => realpathSync(process.argv[1]) === fileURLToPath(moduleUrl);

/** An end that the person is told of by its message alone; any other error shows its stack. */
export class Failure extends Error {}
