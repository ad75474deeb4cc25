import { expect, test } from 'vitest';
import { decodeText } from './decode-text.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test.each<[string, Uint8Array, string, string]>([
  ['the header', latin1('gr\xfcn'), 'text/html; charset=ISO-8859-1', 'grün'],
  ['a meta element', latin1('<meta charset="windows-1252">gr\xfcn'), 'text/html', '<meta charset="windows-1252">grün'],
  [
    'an XML declaration',
    latin1('<?xml version="1.0" encoding="iso-8859-1"?>\xfc'),
    '',
    '<?xml version="1.0" encoding="iso-8859-1"?>ü',
  ],
  ['a byte order mark before all', Buffer.from('\uFEFFgrün'), 'text/html; charset=latin1', 'grün'],
  ['UTF-16', Buffer.from('\uFEFFgrün', 'utf16le'), '', 'grün'],
  ['Shift_JIS', Uint8Array.of(0x93, 0xfa, 0x96, 0x7b), 'text/html; charset=shift_jis', '日本'],
  ['nothing: UTF-8', Buffer.from('grün'), 'text/html', 'grün'],
  ['nothing, and it is no UTF-8', latin1('gr\xfcn'), 'text/html', 'grün'],
  ['an encoding that nobody knows', Buffer.from('grün'), 'text/html; charset=klingon', 'grün'],
])('the encoding is that of %s', (_, bytes, contentType, text) => expect(decodeText(bytes, contentType)).toBe(text));
