"""A fishbone for a phone: the spine stands, the head is at its top."""
from csqa.show.fishbone_bones import Fish
def height_of_narrow(fish): return 6.0
def draw_narrow(ax, fish): pass
