import fc from 'fast-check';

// By code point, for the Unicode units of fast-check take seconds to set up. Half of all is ASCII.
const character = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc.integer({ min: 0, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((point) => String.fromCodePoint(point));

/** Texts of any characters, whole ones. */
export function anyText(constraints: { readonly minLength?: number; readonly maxLength?: number } = {}) {
  return fc.string({
    unit: fc.oneof(character, fc.constantFrom(' ', '%', '+', ':', '/', '"', '\\', '<', '&', 'é', '🗼')),
    ...constraints,
  });
}
