import type { KeyUse, TokenVault } from '#app/persistence';

type Keys = Pick<TokenVault, 'keyIds' | 'sealingKeyId'>;

/** The counts as a table. */
export function listUses(uses: readonly KeyUse[]): string[] {
  const rows = uses.map(({ column, keyId, sealed }) => [column, keyId, String(sealed)] as const);
  return [['column', 'key', 'rows'] as const, ...rows].map(([column, key, count]) =>
    [column.padEnd(30), key.padEnd(33), count.padStart(9)].join(''),
  );
}

/** Whether anything is sealed with another key than the first. */
export const remainsOld = (uses: readonly KeyUse[], { sealingKeyId }: Keys): boolean =>
  uses.some(({ keyId, sealed }) => keyId !== sealingKeyId && sealed > 0);

/** Of every key that is configured or used, what may be done with it. */
export function describeKeys(uses: readonly KeyUse[], { keyIds, sealingKeyId }: Keys): string[] {
  const names = [...new Set([...keyIds, ...uses.map(({ keyId }) => keyId)])];
  return names.map((name) => {
    const rows = uses.filter(({ keyId }) => keyId === name).reduce((sum, { sealed }) => sum + sealed, 0);
    if (name === sealingKeyId) return `${name}: seals; it stays`;
    if (!keyIds.includes(name))
      return `${name}: not in TOKEN_ENCRYPTION_KEYS, and ${rows} rows need it; add it again, or these people sign in anew`;
    return rows === 0
      ? `${name}: nothing is sealed with it; it may be removed from TOKEN_ENCRYPTION_KEYS`
      : `${name}: ${rows} rows need it; it must stay`;
  });
}
