import packageJson from '../../package.json' with { type: 'json' };

/** The version of Offbeat. */
export const { version } = packageJson;
