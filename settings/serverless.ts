/*
 * Kinds of the servers that Offbeat does not run on yet, told by their names, so that a synth says so and not a
 * deployment.
 */

/** Of OpenSearch, by an address or an ARN of it. */
export const isServerlessSearch = (name: string): boolean =>
  /\.aoss\.amazonaws\.com/.test(name) || /^arn:[\w-]+:aoss:/.test(name);

export const serverlessSearchRefused =
  'OpenSearch Serverless is not supported yet: it has no lifecycle policies (ISM), and its time-series collections ' +
  'refuse documents with ids; name a domain of OpenSearch Service';

/** Of MSK, by a cluster's ARN, which ends in `-s` and a number. What it looks like, look-up-brokers asks MSK itself. */
export const isServerlessKafka = (clusterArn: string): boolean => /-s\d+$/.test(clusterArn);

export const serverlessKafkaRefused =
  'MSK Serverless is not supported yet: CloudFormation makes no topics there, and it takes no message of 10 MB, which a ' +
  'dead letter may have; name a provisioned cluster';
