/** GLSL, after that of light: the colour of a sphere where a line of sight meets it. */
export const sphereColorGlsl = /* glsl */ `
/**
 * Where the line is miss radii away from the center; a pixel is so many radii wide. A depth below the eye is fog.
 */
vec3 sphereColor(vec3 color, bool isPicked, vec3 normal, vec3 sight, float depth, float miss, float pixel) {
  vec3 shaded = relief
    ? lit(color, normal, sight)
    // Disks are plain with a darker edge, which tells those apart that overlap.
    : color * (1.0 - 0.22 * smoothstep(0.88, 0.88 + max(pixel, 0.02), miss));
  shaded *= outlined(miss, pixel);
  shaded = fogged(shaded, depth);
  // A picked atom has a ring of white and black, which is seen on every colour.
  if (isPicked) {
    vec4 edges = clamp((miss - vec4(0.66, 0.73, 0.87, 0.94)) / pixel + vec4(1.0, 1.0, 0.0, 0.0), 0.0, 1.0);
    float ring = edges.x - edges.w;
    float core = edges.y - edges.z;
    shaded = mix(mix(shaded, vec3(0.05), ring), vec3(1.0), core);
  }
  return shaded;
}`;
