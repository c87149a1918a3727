import { normalizeFileName } from '#app/commons-client';
import type { FileLink } from '#app/protocol';

/** Image id → files that show it. */
export type FilesByImage = ReadonlyMap<string, readonly FileLink[]>;

const nameOf = ({ title }: FileLink): string => normalizeFileName(title);

const firsts = (files: readonly FileLink[]): FileLink[] => {
  const byName = new Map<string, FileLink>();
  for (const file of files) if (!byName.has(nameOf(file))) byName.set(nameOf(file), file);
  return [...byName.values()];
};

/**
 * The titles to be looked up before both can be told as one: those of images with uploads that the query service does not
 * know of, or knows by another title.
 */
export function titlesToLookUp(known: FilesByImage, uploaded: FilesByImage): string[] {
  const titles = new Set<string>();
  for (const [id, files] of uploaded) {
    const others = known.get(id) ?? [];
    const names = new Set(others.map(nameOf));
    if (files.every((file) => names.has(nameOf(file)))) continue;
    for (const { title } of [...others, ...files]) titles.add(title);
  }
  return [...titles];
}

/**
 * What the query service knows and what was uploaded, each file once.
 * @param current what has become of titles: the file they lead to, null where there is none any more; others stay as they are
 */
export function mergeFiles(
  known: FilesByImage,
  uploaded: FilesByImage,
  current: ReadonlyMap<string, FileLink | null>,
): ReadonlyMap<string, FileLink[]> {
  const merged = new Map<string, FileLink[]>();
  for (const id of new Set([...known.keys(), ...uploaded.keys()])) {
    const files = [...(known.get(id) ?? []), ...(uploaded.get(id) ?? [])].flatMap((file) => {
      const found = current.get(file.title);
      return found === undefined ? [file] : found === null ? [] : [found];
    });
    if (files.length > 0) merged.set(id, firsts(files));
  }
  return merged;
}
