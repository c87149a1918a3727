export interface Credentials {
  user: string;
  password: string;
}

const unquoted = (value: string): string => /^(['"])(.*)\1$/.exec(value)?.[2] ?? value;

/** Reads the section `[client]` of a MySQL option file such as replica.my.cnf. @returns null where user or password is missing */
export function parseClientFile(text: string): Credentials | null {
  const found = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section === 'client' && name !== undefined && value !== undefined) found.set(name, unquoted(value));
  }
  const [user, password] = [found.get('user'), found.get('password')];
  return user && password ? { user, password } : null;
}
