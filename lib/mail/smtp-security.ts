/** Whether a mail goes over the wire as it should: a link that is read on its way is half of a login. */

interface SmtpOptions {
  host?: unknown;
  secure?: unknown;
  requireTLS?: unknown;
  tls?: { rejectUnauthorized?: unknown };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/;

/**
 * What is wrong with a nodemailer SMTP transport, with its cure; undefined for one that insists on TLS
 * and on a certificate, for a relay on this machine, and for a transport that is not nodemailer's SMTP.
 */
export function smtpWeakness(transport: unknown): string | undefined {
  const { transporter } = Object(transport) as { transporter?: { name?: unknown; options?: SmtpOptions } };
  if (!/^SMTP\b/.test(String(transporter?.name))) return undefined;
  const { host, secure, requireTLS, tls } = transporter?.options ?? {};
  if (host === undefined || LOOPBACK.test(String(host))) return undefined;
  if (secure !== true && requireTLS !== true) {
    return 'this SMTP transport goes on in the clear where TLS is refused; set requireTLS: true, or secure: true';
  }
  if (tls?.rejectUnauthorized === false) {
    return 'this SMTP transport takes any certificate; leave out tls.rejectUnauthorized, or give it your CA in tls.ca';
  }
  return undefined;
}
