/** The file beside the bundle of the function with the description of the API. */
export const documentFile = 'openapi.json';
