/** The variables with the tokens of the roles: each a token, or the reference of a secret, `file:PATH` or `env:NAME`. */
export const tokenVariables = { operator: 'OFFBEAT_OPERATOR_TOKEN', viewer: 'OFFBEAT_VIEWER_TOKEN' } as const;
