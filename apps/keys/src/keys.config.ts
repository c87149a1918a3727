import {
  loadConfiguration,
  SharedConfig,
  UNUSED_VARIABLES,
  type Environment,
  type LoadedConfiguration,
} from '#app/protocol';

/** The environment of the command: that of the processes. */
export class KeysConfig extends SharedConfig {}

/** @throws ConfigurationError */
export const loadKeysConfig = (environment: Environment): LoadedConfiguration<KeysConfig> =>
  loadConfiguration(KeysConfig, environment, UNUSED_VARIABLES);
