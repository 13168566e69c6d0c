/** The versions that the tests start, which are those of the containers in compose.yaml. */
export const versions = { kafka: '4.3.1', openSearch: '3.5.0', dynamoDbLocal: '3.3.1' } as const;
