import { toolsDatabase, type Environment } from '#app/protocol';

export interface Addresses {
  from: string;
  to: string;
}

/**
 * Which database is read and which one written. On Toolforge, where nothing is said, those of the tool's account: the
 * Python backend has `<user>__curator` there.
 * @throws Error that says what is missing
 */
export function findAddresses(from: string | undefined, environment: Environment): Addresses {
  const ours = toolsDatabase(environment)?.text;
  const target = environment['DATABASE_URL'] || ours;
  const source = from || environment['PYTHON_DATABASE_URL'] || ours?.replace(/__curator_nest$/, '__curator');
  if (!source) {
    throw new Error(
      'Say where the data is: --from mysql://user:password@host:port/name, or PYTHON_DATABASE_URL',
    );
  }
  if (!target) throw new Error('DATABASE_URL is not set: it says where the data is to be moved');
  return { from: source, to: target };
}
