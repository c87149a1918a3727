/** Part of the associated data of what is sealed: credentials do not open as anything else. */
export const CREDENTIALS = 'storage credentials';
