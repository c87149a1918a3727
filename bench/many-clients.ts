/** Environment of an API whose limits of the WebSocket are not what is measured: one person sends and watches all. */
export const MANY_CLIENTS = {
  WS_USER_CONNECTIONS: '10000',
  WS_ADDRESS_CONNECTIONS: '10000',
  WS_USER_SUBSCRIPTIONS: '10000',
  WS_MESSAGES_PER_SECOND: '10000',
  WS_MESSAGES_BURST: '100000',
  WS_USER_MESSAGES_PER_SECOND: '10000',
  WS_USER_MESSAGES_BURST: '100000',
} as const;
