import { readNumber, SharedConfig, Variable } from '#app/protocol';
import { IsInt, IsNumber, Max, Min } from 'class-validator';

/** How much of the WebSocket one connection, person or address may have. See docs/operations/limits.md. */
export abstract class LiveLimitsConfig extends SharedConfig {
  @Variable('WS_MAX_FRAME_BYTES', {
    about: 'Bytes of a message; a larger one ends its connection with 1009.',
    fallback: '16777216',
    read: readNumber,
  })
  @IsInt()
  @Min(1_024)
  @Max(67_108_864)
  readonly wsMaxFrameBytes!: number;

  @Variable('WS_MESSAGES_PER_SECOND', {
    about: 'Messages a second that a connection may send for long; every 64 KiB of a message count as one.',
    fallback: '50',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.01)
  @Max(1_000_000)
  readonly wsMessagesPerSecond!: number;

  @Variable('WS_MESSAGES_BURST', {
    about: 'Messages that a connection may send at once before that rate holds.',
    fallback: '1000',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  readonly wsMessagesBurst!: number;

  @Variable('WS_USER_MESSAGES_PER_SECOND', {
    about: 'The same for all connections of a person on all processes together.',
    fallback: '150',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.01)
  @Max(1_000_000)
  readonly wsUserMessagesPerSecond!: number;

  @Variable('WS_USER_MESSAGES_BURST', {
    about: 'The same for all connections of a person on all processes together.',
    fallback: '1500',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  readonly wsUserMessagesBurst!: number;

  @Variable('WS_USER_CONNECTIONS', {
    about: 'Connections that a person may have open on a process.',
    fallback: '60',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly wsUserConnections!: number;

  @Variable('WS_ADDRESS_CONNECTIONS', {
    about:
      'Connections from one address (of IPv6: one /64) on a process. Behind a proxy without TRUST_PROXY everybody comes from one.',
    fallback: '5000',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly wsAddressConnections!: number;

  @Variable('WS_MAX_CONNECTIONS', {
    about: 'Connections on a process.',
    fallback: '10000',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly wsMaxConnections!: number;

  @Variable('WS_ADDRESS_UPGRADES_PER_SECOND', {
    about: 'Attempts a second to open a WebSocket from one address.',
    fallback: '100',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.01)
  @Max(1_000_000)
  readonly wsAddressUpgradesPerSecond!: number;

  @Variable('WS_ADDRESS_UPGRADES_BURST', {
    about:
      'Attempts at once before that rate holds: everybody behind one address comes back after a restart.',
    fallback: '3000',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly wsAddressUpgradesBurst!: number;

  @Variable('WS_PENDING_UPGRADES', {
    about: 'Attempts to open a WebSocket that are looked into at the same time on a process.',
    fallback: '4000',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly wsPendingUpgrades!: number;

  @Variable('WS_CONNECTION_SUBSCRIPTIONS', {
    about: 'Things that one connection may watch.',
    fallback: '30',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly wsConnectionSubscriptions!: number;

  @Variable('WS_USER_SUBSCRIPTIONS', {
    about: 'Things that all connections of a person on a process may watch together.',
    fallback: '240',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly wsUserSubscriptions!: number;

  @Variable('WS_USER_COSTLY_MESSAGES', {
    about:
      'Costly messages of a person (collections, titles, slices, …) that a process works on at the same time; others wait.',
    fallback: '6',
    read: readNumber,
  })
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly wsUserCostlyMessages!: number;

  @Variable('WS_SLOW_BYTES', {
    about:
      'Bytes on their way to a client from which on it is told only the newest state of what it watches.',
    fallback: '262144',
    read: readNumber,
  })
  @IsInt()
  @Min(0)
  @Max(16_777_216)
  readonly wsSlowBytes!: number;

  @Variable('WS_SLOW_SECONDS', {
    about:
      'Seconds that a client may stay behind like this, or a message may take to arrive, before its connection is ended.',
    fallback: '60',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.05)
  @Max(3_600)
  readonly wsSlowSeconds!: number;

  @Variable('WS_MEMORY_BYTES', {
    about:
      'Bytes that all connections of a process may hold in frames, coming and going; beyond that those that hold most are ended.',
    fallback: '268435456',
    read: readNumber,
  })
  @IsInt()
  @Min(1_048_576)
  readonly wsMemoryBytes!: number;

  @Variable('WS_PING_SECONDS', {
    about: 'Seconds between pings; a client that has not answered the one before is ended.',
    fallback: '30',
    read: readNumber,
  })
  @IsNumber()
  @Min(0.05)
  @Max(3_600)
  readonly wsPingSeconds!: number;
}
