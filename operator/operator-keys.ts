/** The key of the operator: `mooring-operator-key`. */
export const OPERATOR_KEYS = { identity: 'ES256' } as const;
