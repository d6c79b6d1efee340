// Entry of geo.min.js: the few functions of d3-geo, d3-sankey and topojson-client that the page needs, as the global `geo`.
// Build: npm install d3-geo@3.1.2 d3-sankey@0.12.3 topojson-client@3.1.0 esbuild@0.28.2 &&
//        npx esbuild src/geo.js --bundle --minify --format=iife --global-name=geo --charset=utf8 --outfile=geo.min.js
export { geoArea, geoConicConformal, geoEqualEarth, geoGraticule10, geoPath } from "d3-geo";
export { sankey, sankeyJustify, sankeyLinkHorizontal } from "d3-sankey";
export { feature, mesh } from "topojson-client";
