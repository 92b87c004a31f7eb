"""Files of boundaries as they come from surveyors: GeoJSON, a zipped Shapefile, a GeoPackage; bounded and checked.

Whatever is in the file, it takes no more than the limits below, and what comes out is WGS 84.
"""

from ioc.kernel.geofiles.formats import Feature, GeoFile, Unreadable, read
from ioc.kernel.geofiles.limits import MAX_BYTES

__all__ = ["MAX_BYTES", "Feature", "GeoFile", "Unreadable", "read"]
