/** The version of OpenSearch of a created domain. */
export const openSearchVersion = '3.5';
