/** What the tests start, and what compose.yaml has in containers. */
export const versions = { kafka: '4.3.1', openSearch: '3.5.0', dynamoDbLocal: '3.3.1' } as const;
