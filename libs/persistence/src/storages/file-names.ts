const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** Whether a file of a storage may be called so: no path, nothing hidden, nothing that a shell or an address would read otherwise. */
export const isFileName = (name: string): boolean => NAME.test(name);

/** @throws TypeError for anything but a flat, harmless name */
export function checkFileName(name: string): string {
  if (!isFileName(name)) throw new TypeError(`${JSON.stringify(name)} is no name for a stored file`);
  return name;
}
