/** The keys of the gateway, by purpose: `mooring-gateway-keys`. */
export const GATEWAY_KEYS = { tokens: 'ES256', identity: 'ES256', cookies: 'HS256', seal: 'HS256' } as const;
