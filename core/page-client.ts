/** The OAuth client that the gateway is to its own authorization server, for people who open a page of a server. */
export const PAGE_CLIENT_ID = 'mooring-pages';
