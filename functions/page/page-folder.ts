/** The folder beside the code of the function with the files of the page. */
export const pageFolder = 'web';
