export interface User {
  userid: string;
  username: string;
  /** The newest token, sealed by TokenVault; null once revoked. */
  accessToken: string | null;
  tokenSavedAt: Date | null;
  pausedAt: Date | null;
  pausedReason: string | null;
  createdAt: Date;
  updatedAt: Date;
}
