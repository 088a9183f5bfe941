/** Where a login leads: a URL of this origin, or none. */

const MAX_LENGTH = 2048;

/**
 * The target as a full URL of `origin`; undefined for anything that leads elsewhere (CVE-2024-56734). It is checked
 * once, when the link is requested, by the same WHATWG URL rules that the browser will use. A path that begins with
 * `//` is refused too: if an app writes it without its origin, it leads to another site. Never throws.
 */
export function parseReturnTo(origin: string, target: string | undefined): string | undefined {
  if (!target || target.length > MAX_LENGTH || !URL.canParse(target, origin)) return undefined;
  const { href, pathname } = new URL(target, origin);
  // Not by `origin`: a blob: URL has the origin of its inner URL.
  const ours = href.startsWith(`${origin}/`) && !pathname.startsWith('//');
  return ours && href.length <= MAX_LENGTH ? href : undefined;
}

/** The part of a checked target after its origin, for a JSON client. */
export const pathOf = (href: string): string => {
  const { pathname, search, hash } = new URL(href);
  return pathname + search + hash;
};
