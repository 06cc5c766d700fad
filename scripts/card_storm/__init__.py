"""Two counters read cards in the same moment, over and over: nothing may reach the other counter."""
