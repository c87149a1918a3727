/** Environment of an API whose limits are not what is tested: one address is everybody there, and one person very busy. */
export const NO_LIMITS = { SIGN_IN_LIMIT: 'off', REGISTER_LIMIT: 'off', COSTLY_LIMIT: 'off' } as const;
