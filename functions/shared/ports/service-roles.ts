/** A role that a service of AWS uses in the account, and that only IAM can create: a service-linked role. */
export interface ServiceRole {
  /** The time at which IAM created it, in ms since 1970. */
  readonly createdAtMs: number;
}

/** The service-linked roles of one account. */
export interface ServiceRoles {
  /**
   * Returns a role; `undefined` if IAM does not know it, or does not know it yet.
   * @throws {DeniedError} if no policy allows it, or one denies it, with the remedy
   * @throws {UnavailableError} if a later try may succeed
   */
  find(roleName: string): Promise<ServiceRole | undefined>;
  /**
   * Creates the role of a service.
   * @param service the service's name in policies: `opensearchservice.amazonaws.com`
   * @returns `taken` if the account has the role already
   * @throws {DeniedError} if no policy allows it, or one denies it, with the remedy
   * @throws {UnavailableError} if a later try may succeed
   */
  create(service: string): Promise<'created' | 'taken'>;
}
