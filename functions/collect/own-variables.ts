/* The names of the variables are in a file of their own, so that a deployment loads no client of AWS. */

/** The variable with the names of the deployment's queues, which commas separate. */
export const ownQueues = 'OFFBEAT_OWN_QUEUES';
/** The variable with the names of the deployment's topics of SNS, which commas separate. */
export const ownTopics = 'OFFBEAT_OWN_TOPICS';
