/** The JSON object that `POST /_control` takes. */
export type Settings = Readonly<Record<string, unknown>>;

/** @throws Error if the text is not a JSON object */
export function readSettings(text: string): Settings {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('settings have to be a JSON object');
  return value as Settings;
}

export const textSetting = (settings: Settings, name: string): string | undefined => {
  const value = settings[name];
  return typeof value === 'string' ? value : undefined;
};

export const numberSetting = (settings: Settings, name: string): number | undefined => {
  const value = settings[name];
  return typeof value === 'number' ? value : undefined;
};
