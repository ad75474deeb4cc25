import { z } from 'zod';

/** A string of 1..`max` characters. Every string is bounded: unbounded ones exceed the CEL cost budget of the API server. */
export const text = (max: number) => z.string().min(1).max(max);

/** RFC 1123 label, as Kubernetes wants for namespaces and most names. */
export const dnsLabel = () => text(63).regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);

/** RFC 1123 subdomain: names of Secrets and ConfigMaps. */
export const dnsSubdomain = () => text(253).regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/);

/** RFC 6749 section 3.3: `scope-token`. */
export const scopeToken = () => text(128).regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/);

/** An absolute http or https URL without credentials. */
export const webUrl = () => text(2048).regex(/^https?:\/\/[^\s@/?#]+([/?#]\S*)?$/);

/** A length of time: `250ms`, `30s`, `5m`, `2h` (the Gateway API's GEP-2257 with one unit). */
export const duration = () => text(16).regex(/^[0-9]{1,6}(ms|s|m|h)$/);
