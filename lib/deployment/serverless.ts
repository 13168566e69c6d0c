/** Of OpenSearch, by an address or an ARN of it. */
export const isServerless = (name: string): boolean =>
  /\.aoss\.amazonaws\.com/.test(name) || /^arn:[\w-]+:aoss:/.test(name);

export const serverlessRefused =
  'OpenSearch Serverless is not supported yet: it has no lifecycle policies (ISM), and its time-series collections ' +
  'refuse documents with ids; name a domain of OpenSearch Service';
