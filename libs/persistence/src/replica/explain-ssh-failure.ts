/** What ssh says of a connection that did not come about, and what is missing then. */
const KNOWN: readonly [RegExp, string][] = [
  [/permission denied/i, 'it accepts none of the keys that ssh offers without a question'],
  [/host key verification failed/i, 'its host key is not known here: connect to it once by hand'],
  [/remote host identification has changed/i, 'its host key is another than before'],
  [/could not resolve hostname/i, 'there is no host of this name'],
  [/replica\.my\.cnf/, 'there is no replica.my.cnf in the home folder there'],
  [/open failed: .*prohibited/i, 'it does not let connections through'],
  [/open failed|stdio forwarding failed/i, 'it cannot reach the replica'],
  [/broken pipe|connection reset|closed by remote host/i, 'it has closed the connection'],
  [/timed out|connection refused|no route to host|network is unreachable/i, 'it does not answer'],
];

/** @param complaint all that ssh wrote to its standard error @returns the end of a sentence about the host */
export function explainSshFailure(complaint: string): string {
  const known = KNOWN.find(([pattern]) => pattern.test(complaint));
  if (known) return known[1];
  const last = complaint.trim().split('\n').at(-1)?.trim();
  return last ? `ssh says "${last}"` : 'ssh ended without a word';
}
