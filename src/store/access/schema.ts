/** The tables of who may use a server. Times in milliseconds since 1970. */
export interface AccessTables {
  api_keys: {
    /** Part of the key's text; no secret. */
    id: string;
    /** Of the person or the system that it is for: what the audit trail calls its holder. */
    name: string;
    /** sha256 of the secret part, hex. */
    hash: string;
    /** JSON: names of roles. */
    roles: string;
    /** JSON, of security/: what narrows the roles. */
    scope: string;
    created_at: number;
    created_by: string;
    /** Null: never. */
    expires_at: number | null;
    revoked_at: number | null;
    /** The id of the key that was made in its place. */
    replaced_by: string | null;
    /** About when it was used last. */
    used_at: number | null;
  };
  /** Of the page: somebody signed in with a key, or at an identity provider. */
  sessions: {
    /** sha256 of what the cookie holds, hex. */
    hash: string;
    /** The key that began it: ends with it. Null for one that began at a provider. */
    key_id: string | null;
    name: string;
    /** JSON: names of roles; of a key's session those of the key count. */
    roles: string;
    created_at: number;
    expires_at: number;
  };
}
