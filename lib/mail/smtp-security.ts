/** Checks that an SMTP transport insists on TLS, because anyone who reads a link in transit has half of a login. */

interface SmtpOptions {
  host?: unknown;
  secure?: unknown;
  requireTLS?: unknown;
  tls?: { rejectUnauthorized?: unknown };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/;

/**
 * What is wrong with a nodemailer SMTP transport, and the cure. Undefined if it insists on TLS and a valid certificate,
 * if it is a relay on this machine, or if it is no nodemailer SMTP transport.
 */
export function smtpWeakness(transport: unknown): string | undefined {
  const { transporter } = Object(transport) as { transporter?: { name?: unknown; options?: SmtpOptions } };
  if (!/^SMTP\b/.test(String(transporter?.name))) return undefined;
  const { host, secure, requireTLS, tls } = transporter?.options ?? {};
  if (host === undefined || LOOPBACK.test(String(host))) return undefined;
  if (secure !== true && requireTLS !== true) {
    return 'this SMTP transport sends mail unencrypted if the server refuses TLS; set requireTLS: true or secure: true';
  }
  if (tls?.rejectUnauthorized === false) {
    return 'this SMTP transport accepts any certificate; remove tls.rejectUnauthorized, or pass your CA in tls.ca';
  }
  return undefined;
}
